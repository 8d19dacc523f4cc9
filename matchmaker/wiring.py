"""What the application is made of: rooms with tables, pages, message handlers, job runners.

Adding a room or a page means adding its line here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from matchmaker.accounts.demo import seed_demo_accounts
from matchmaker.accounts.requests.operations import forget_contacts
from matchmaker.accounts.requests.seeding import seed_account_requests
from matchmaker.campaigns.seeding import seed_campaigns, seed_first_lists
from matchmaker.config import Settings
from matchmaker.demands.example_seeds import seed_examples
from matchmaker.demands.exchange import DEMANDS_FOR_UNITS, OWN_DEMANDS
from matchmaker.demands.lifecycle.nightly import chase_overdue
from matchmaker.demands.seeds import seed_demands
from matchmaker.documents.table import TableImport
from matchmaker.effects.followups.operations import chase_late, plan_for_designation
from matchmaker.effects.seeding import seed_effects
from matchmaker.effects.showrooms.visits import forget_visitors
from matchmaker.engagement.answers.following import follow_listing
from matchmaker.engagement.answers.nightly import announce_openings
from matchmaker.engagement.deployments.nightly import remind_of_trials
from matchmaker.engagement.milestones.nightly import remind_of_milestones
from matchmaker.engagement.seeding import seed_engagement
from matchmaker.events.meetings.planning import PLAN, run_planning
from matchmaker.events.seeding import seed_events
from matchmaker.files.staging import forget_staged_uploads
from matchmaker.funding.exchange import AWARDS
from matchmaker.imports.operations import STORE, forget_old_imports, resume_interrupted
from matchmaker.imports.running import FINISHED, make_runner
from matchmaker.jobs.operations import Runner
from matchmaker.matching.changes import operations as changes
from matchmaker.matching.indexing.jobs import (
    REINDEX,
    queue_overdue,
    queue_reindex,
    renew_nightly,
    run_reindex,
)
from matchmaker.matching.market.corpus import warm_corpus
from matchmaker.matching.runs.jobs import REMATCH, queue_rematch, run_rematch
from matchmaker.matching.runs.pruning import prune_records
from matchmaker.notifications.channels.sending import SEND, queue_due, run_sending
from matchmaker.notifications.inbox.pruning import prune_notices
from matchmaker.notifications.sources import awards as told_of_awards
from matchmaker.notifications.sources import duties as told_of_duties
from matchmaker.notifications.sources import events as told_of_events
from matchmaker.notifications.sources import firms as told_of_firms
from matchmaker.notifications.sources import lists as told_of_lists
from matchmaker.notifications.sources import market as told_of_market
from matchmaker.notifications.sources import selection as told_of_selection
from matchmaker.notifications.sources import subscriptions as told_of_searches
from matchmaker.notifications.sources.deadlines import tell_deadlines
from matchmaker.notifications.sources.imports import tell_import_finished
from matchmaker.notifications.sources.matches import tell_match_found
from matchmaker.notifications.sources.procurement import tell_procurement_stepped
from matchmaker.notifications.sources.subscriptions import SEARCH
from matchmaker.outbox import Handler
from matchmaker.publishing.scheduling import publish_due_notices
from matchmaker.reporting.anchors import append_head, append_head_of_publication
from matchmaker.reporting.archives.operations import run_archive, start_for_everybody
from matchmaker.reporting.archives.pruning import prune_archives
from matchmaker.reporting.archives.rules import ARCHIVE
from matchmaker.reporting.invariants import check_nightly
from matchmaker.rewards.seeding import seed_rewards
from matchmaker.selection.panels.detecting import detect_after_qualification
from matchmaker.selection.panels.exchange import EXPERTS
from matchmaker.selection.scoring.voiding import void_barred_scores
from matchmaker.selection.seeding import seed_selection
from matchmaker.suppliers.claims.seeding import seed_claims
from matchmaker.suppliers.importing.exchange import COMPILED_PRODUCTS, OWN_PRODUCTS
from matchmaker.suppliers.library.seeding import seed_library
from matchmaker.suppliers.procurement.seeding import seed_procurement
from matchmaker.suppliers.proofs.nightly import remind_of_proofs
from matchmaker.suppliers.seeding import seed_suppliers
from matchmaker.suppliers.verification.nightly import remind_of_verifications
from matchmaker.suppliers.verification.seeding import seed_verifications
from matchmaker.web.once import forget_old_forms

#: Modules with tables, imported before the database is bound.
ROOMS = (
    "matchmaker.outbox",
    "matchmaker.audit.models",
    "matchmaker.accounts.models",
    "matchmaker.accounts.requests.models",
    "matchmaker.jobs.models",
    "matchmaker.imports.models",
    "matchmaker.search.models",
    "matchmaker.demands.models",
    "matchmaker.campaigns.models",
    "matchmaker.files.models",
    "matchmaker.suppliers.models",
    "matchmaker.suppliers.claims.models",
    "matchmaker.suppliers.showcase.models",
    "matchmaker.suppliers.library.models",
    "matchmaker.suppliers.proofs.models",
    "matchmaker.suppliers.verification.models",
    "matchmaker.suppliers.wishes.models",
    "matchmaker.suppliers.procurement.models",
    "matchmaker.suppliers.first_orders.models",
    "matchmaker.matching.changes.models",
    "matchmaker.matching.archive.models",
    "matchmaker.matching.indexing.models",
    "matchmaker.matching.feedback.models",
    "matchmaker.matching.exposure.models",
    "matchmaker.matching.runs.models",
    "matchmaker.engagement.questions.models",
    "matchmaker.engagement.answers.models",
    "matchmaker.engagement.contacts.models",
    "matchmaker.engagement.deployments.models",
    "matchmaker.engagement.milestones.models",
    "matchmaker.engagement.deals.models",
    "matchmaker.events.models",
    "matchmaker.events.seasons.models",
    "matchmaker.events.parties.models",
    "matchmaker.events.requests.models",
    "matchmaker.events.meetings.models",
    "matchmaker.events.outcomes.models",
    "matchmaker.web.once",
    "matchmaker.policy.models",
    "matchmaker.publishing.models",
    "matchmaker.selection.rounds.models",
    "matchmaker.selection.applications.models",
    "matchmaker.selection.panels.models",
    "matchmaker.selection.hearings.models",
    "matchmaker.selection.scoring.models",
    "matchmaker.selection.results.models",
    "matchmaker.selection.objections.models",
    "matchmaker.effects.followups.models",
    "matchmaker.effects.nominations.models",
    "matchmaker.effects.showrooms.models",
    "matchmaker.funding.models",
    "matchmaker.rewards.models",
    "matchmaker.notifications.inbox.models",
    "matchmaker.notifications.preferences.models",
    "matchmaker.notifications.channels.models",
    "matchmaker.notifications.subscriptions.models",
    "matchmaker.reporting.archives.models",
)

#: "module:attribute" of every blueprint.
BLUEPRINTS = (
    "matchmaker.web.owner.claims:bp",
    "matchmaker.web.supplier.reward_claims:bp",
    "matchmaker.web.bureau.claims.views:bp",
    "matchmaker.web.bureau.claims.clawbacks:bp",
    "matchmaker.web.bureau.followups:bp",
    "matchmaker.web.bureau.nominations:bp",
    "matchmaker.web.owner.followups:bp",
    "matchmaker.web.owner.showrooms:bp",
    "matchmaker.web.supplier.followups:bp",
    "matchmaker.web.supplier.showrooms:bp",
    "matchmaker.web.public.scenes:bp",
    "matchmaker.web.public.showrooms.views:bp",
    "matchmaker.web.bureau.budget:bp",
    "matchmaker.web.bureau.awards.views:bp",
    "matchmaker.web.bureau.awards.imports:bp",
    "matchmaker.web.bureau.policies:bp",
    "matchmaker.web.bureau.holidays:bp",
    "matchmaker.web.public.health:bp",
    "matchmaker.web.account.views:bp",
    "matchmaker.web.account.notices:bp",
    "matchmaker.web.account.channels:bp",
    "matchmaker.web.account.searches:bp",
    "matchmaker.web.public.stop_mail:bp",
    "matchmaker.web.public.home:bp",
    "matchmaker.web.public.search:bp",
    "matchmaker.web.public.suppliers.views:bp",
    "matchmaker.web.public.suppliers.lists:bp",
    "matchmaker.web.public.products:bp",
    "matchmaker.web.supplier.home:bp",
    "matchmaker.web.supplier.profile.views:bp",
    "matchmaker.web.supplier.products.views:bp",
    "matchmaker.web.supplier.products.imports:bp",
    "matchmaker.web.supplier.proofs.views:bp",
    "matchmaker.web.supplier.claims.views:bp",
    "matchmaker.web.supplier.showcase.views:bp",
    "matchmaker.web.supplier.wishes.views:bp",
    "matchmaker.web.public.procurement:bp",
    "matchmaker.web.supplier.procurement:bp",
    "matchmaker.web.bureau.procurement:bp",
    "matchmaker.web.judge.procurement:bp",
    "matchmaker.web.bureau.suppliers.views:bp",
    "matchmaker.web.bureau.suppliers.imports:bp",
    "matchmaker.web.bureau.suppliers.library:bp",
    "matchmaker.web.judge.verifications:bp",
    "matchmaker.web.public.policies:bp",
    "matchmaker.web.public.demands:bp",
    "matchmaker.web.owner.home:bp",
    "matchmaker.web.owner.demands.views:bp",
    "matchmaker.web.owner.demands.acts:bp",
    "matchmaker.web.owner.demands.attachments:bp",
    "matchmaker.web.owner.demands.imports:bp",
    "matchmaker.web.public.matching:bp",
    "matchmaker.web.owner.matching.views:bp",
    "matchmaker.web.supplier.matching:bp",
    "matchmaker.web.supplier.engagement.views:bp",
    "matchmaker.web.owner.engagement.views:bp",
    "matchmaker.web.owner.engagement.deals:bp",
    "matchmaker.web.public.events:bp",
    "matchmaker.web.owner.events:bp",
    "matchmaker.web.supplier.events:bp",
    "matchmaker.web.bureau.events.views:bp",
    "matchmaker.web.bureau.events.parties:bp",
    "matchmaker.web.bureau.events.agenda:bp",
    "matchmaker.web.public.engagement:bp",
    "matchmaker.web.public.pairing_records:bp",
    "matchmaker.web.public.milestones:bp",
    "matchmaker.web.bureau.matching.views:bp",
    "matchmaker.web.bureau.matching.runs:bp",
    "matchmaker.web.public.account_requests:bp",
    "matchmaker.web.bureau.accounts.views:bp",
    "matchmaker.web.bureau.accounts.requests:bp",
    "matchmaker.web.bureau.home:bp",
    "matchmaker.web.bureau.checks:bp",
    "matchmaker.web.bureau.demands.views:bp",
    "matchmaker.web.bureau.demands.imports:bp",
    "matchmaker.web.public.campaigns:bp",
    "matchmaker.web.bureau.campaigns.views:bp",
    "matchmaker.web.public.selection:bp",
    "matchmaker.web.public.notices:bp",
    "matchmaker.web.judge.views:bp",
    "matchmaker.web.judge.hearings:bp",
    "matchmaker.web.judge.chair:bp",
    "matchmaker.web.owner.applications:bp",
    "matchmaker.web.supplier.applications:bp",
    "matchmaker.web.bureau.notices:bp",
    "matchmaker.web.bureau.selection.views:bp",
    "matchmaker.web.bureau.selection.applications:bp",
    "matchmaker.web.bureau.selection.panels:bp",
    "matchmaker.web.bureau.selection.hearings:bp",
    "matchmaker.web.bureau.selection.imports:bp",
    "matchmaker.web.bureau.selection.results:bp",
    "matchmaker.web.bureau.selection.resolutions:bp",
    "matchmaker.web.bureau.selection.objections:bp",
    "matchmaker.web.bureau.selection.archives:bp",
)

#: "module:function" of what adds lines to the home pages (``web.waiting``), by room.
WAITING: Sequence[str] = (
    "matchmaker.web.shared.account_requests:list_waiting",
    "matchmaker.web.shared.claims:list_waiting",
    "matchmaker.web.shared.demand_waiting:list_waiting",
    "matchmaker.web.shared.engagement:list_waiting",
    "matchmaker.web.shared.milestones:list_waiting",
    "matchmaker.web.shared.event_waiting:list_waiting",
    "matchmaker.web.shared.campaigns:list_waiting",
    "matchmaker.web.shared.selection_waiting:list_waiting",
    "matchmaker.web.shared.result_waiting:list_waiting",
    "matchmaker.web.shared.objections:list_waiting",
    "matchmaker.web.shared.supplier_waiting:list_waiting",
    "matchmaker.web.shared.effects:list_waiting",
    "matchmaker.web.shared.procurement:list_waiting",
    "matchmaker.web.shared.checks:list_waiting",
)

#: "module:function" of what rooms above add to the page of a listing (``web.shared.demands``).
DEMAND_SECTIONS: Sequence[str] = (
    "matchmaker.web.shared.matching_section:make_section",
    "matchmaker.web.shared.engagement:make_section",
    "matchmaker.web.shared.watching:make_section",
)

#: Topic of the outbox → what listens to it.
HANDLERS: dict[str, Sequence[Handler]] = {
    "suppliers.product_published": (changes.note_product, queue_reindex, queue_rematch),
    "suppliers.product_changed": (changes.note_product, queue_reindex, queue_rematch),
    "suppliers.product_withdrawn": (changes.note_product_gone, queue_reindex, queue_rematch),
    "suppliers.verification_decided": (told_of_market.tell_verification_decided,),
    "suppliers.verification_overdue": (told_of_duties.tell_verification_overdue,),
    "suppliers.claim_decided": (told_of_firms.tell_claim_decided,),
    "suppliers.proofs_ending": (told_of_firms.tell_proofs_ended,),
    "procurement.stepped": (tell_procurement_stepped,),
    "campaigns.published": (told_of_market.tell_campaign_published,),
    "demands.published": (
        changes.note_demand,
        queue_rematch,
        told_of_market.tell_listing_published,
    ),
    "demands.changed": (
        changes.note_demand,
        queue_rematch,
        follow_listing,
        told_of_searches.tell_watched_changed,
    ),
    "demands.withdrawn": (
        changes.note_demand_gone,
        queue_rematch,
        follow_listing,
        told_of_searches.tell_watched_changed,
    ),
    "demands.reviewed": (told_of_market.tell_review_decided,),
    "demands.chase": (told_of_market.tell_outcome_missing,),
    "matching.found": (tell_match_found,),
    "engagement.question_asked": (told_of_market.tell_question_asked,),
    "engagement.question_answered": (told_of_market.tell_question_answered,),
    "engagement.answer_received": (told_of_market.tell_answer_received,),
    "engagement.answers_opened": (told_of_market.tell_answers_opened,),
    "engagement.answer_shortlisted": (told_of_market.tell_shortlisted,),
    "engagement.outcome_given": (told_of_market.tell_outcome_given,),
    "engagement.record_waiting": (told_of_market.tell_record_waiting,),
    "engagement.record_objected": (told_of_market.tell_record_objected,),
    "engagement.trial_due": (told_of_market.tell_trial_due,),
    "engagement.milestone_due": (told_of_market.tell_milestone_due,),
    "events.invited": (told_of_events.tell_invited,),
    "events.requests_opened": (told_of_events.tell_requests_opened,),
    "events.agenda_published": (told_of_events.tell_agenda_published,),
    "events.agenda_withdrawn": (told_of_events.tell_agenda_withdrawn,),
    "events.meeting_moved": (told_of_events.tell_meeting_moved,),
    "events.changed": (told_of_events.tell_event_changed,),
    "events.cancelled": (told_of_events.tell_event_cancelled,),
    "events.outcome_written": (told_of_events.tell_outcome_written,),
    "selection.conflict_barred": (void_barred_scores,),
    "selection.rectification_asked": (told_of_selection.tell_rectification_asked,),
    "selection.application_qualified": (
        detect_after_qualification,
        told_of_selection.tell_application_qualified,
    ),
    "selection.application_rejected": (told_of_selection.tell_application_rejected,),
    "selection.assigned": (told_of_selection.tell_judges_assigned,),
    "selection.confirmation_asked": (told_of_selection.tell_confirmation_asked,),
    "selection.partner_replied": (told_of_selection.tell_partner_replied,),
    "selection.presentation_scheduled": (told_of_selection.tell_presentation_scheduled,),
    "selection.question_asked": (told_of_selection.tell_question_asked,),
    "selection.reopening_decided": (told_of_selection.tell_reopening_decided,),
    "selection.result_published": (told_of_lists.tell_publicity_begun,),
    "selection.list_withdrawn": (told_of_lists.tell_list_withdrawn,),
    "publishing.notice_published": (append_head_of_publication,),
    "campaigns.edition_published": (append_head_of_publication,),
    "selection.result_confirmed": (start_for_everybody, told_of_lists.tell_result_confirmed),
    "selection.objection_accepted": (told_of_lists.tell_objection_accepted,),
    "selection.objection_enquired": (told_of_lists.tell_objection_enquired,),
    "selection.objection_answered": (told_of_lists.tell_objection_answered,),
    "selection.objection_declined": (told_of_lists.tell_objection_answered,),
    "selection.scene_designated": (plan_for_designation, told_of_lists.tell_scene_designated),
    "effects.followup_late": (told_of_awards.tell_followup_late,),
    "effects.followup_decided": (told_of_awards.tell_followup_decided,),
    "rewards.claim_returned": (told_of_awards.tell_claim_status,),
    "rewards.claim_decided": (told_of_awards.tell_claim_status,),
    "rewards.claim_paid": (told_of_awards.tell_claim_status,),
    "rewards.clawback_decided": (told_of_awards.tell_clawback_decided,),
    "reporting.invariants_broken": (told_of_duties.tell_invariants_broken,),
    FINISHED: (tell_import_finished,),
}

#: Kind of table → what an import of it does.
IMPORTS: dict[str, TableImport] = {
    table.kind: table
    for table in (
        OWN_DEMANDS,
        DEMANDS_FOR_UNITS,
        OWN_PRODUCTS,
        COMPILED_PRODUCTS,
        EXPERTS,
        AWARDS,
    )
}

#: Kind of job → what runs it.
RUNNERS: dict[str, Runner] = {
    REINDEX: run_reindex,
    REMATCH: run_rematch,
    PLAN: run_planning,
    SEND: run_sending,
    SEARCH: told_of_searches.run_searches,
    ARCHIVE: run_archive,
    STORE: make_runner(IMPORTS),
}

#: What ``matchmaker seed`` loads, in order; each opens its own write transaction, may be
#: repeated, and returns counts by Chinese name.
SEEDERS: Sequence[Callable[[Settings], dict[str, int]]] = (
    seed_demo_accounts,
    seed_account_requests,
    seed_suppliers,
    seed_claims,
    seed_verifications,
    seed_library,
    seed_procurement,
    seed_demands,
    seed_first_lists,
    seed_examples,
    seed_engagement,
    seed_campaigns,
    seed_events,
    seed_selection,
    seed_effects,
    seed_rewards,
)

#: What ``serve`` does beside its first pages: warm the matcher, have an overdue index written.
WARMERS: Sequence[Callable[[], None]] = (warm_corpus, queue_overdue)

#: What runs every night at 02:30 (Asia/Shanghai); each opens its own write transactions.
NIGHTLY: Sequence[Callable[[], None]] = (
    forget_old_forms,
    renew_nightly,
    forget_staged_uploads,
    forget_old_imports,
    chase_overdue,
    chase_late,
    forget_visitors,
    forget_contacts,
    announce_openings,
    remind_of_trials,
    remind_of_milestones,
    remind_of_proofs,
    remind_of_verifications,
    tell_deadlines,
    told_of_searches.tell_daily_hits,
    prune_notices,
    prune_archives,
    prune_records,
    check_nightly,
    append_head,
)

#: What is looked at each minute and after each piece of work, before the jobs run.
SWEEPS: Sequence[Callable[[], None]] = (
    resume_interrupted,
    publish_due_notices,
    told_of_searches.queue_searches,
    queue_due,
)
