"""The model beside the official score, for reference only: it never changes the list.

``y_ij = mu + b_j + a_j t_i + e_ij`` with ``t_i ~ N(0, tau²)``, ``b_j ~ N(0, sb²)``,
``a_j ~ N(1, sa²)``, ``e_ij ~ N(0, s_j²)`` and ``s_j²`` scattered around a common value. How far
judges are shrunk towards each other is learned from the round itself (hierarchical Bayes with weak
priors on the variances). The posterior is drawn by a Gibbs sampler whose chains run side by side as
one array; the judges' offsets are drawn with the scenes' qualities integrated out, so that a thin
judging design does not slow the mixing. Deterministic from the seed.

Source of the idea: many-facet Rasch and Bayesian rater models; severity, scale and noise as in
Johnson (1996), "On Bayesian analysis of multirater ordinal data".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matchmaker.errors import DomainError, InvalidInput

FloatArray = NDArray[np.float64]

LEAST_SCORES = 30
LEAST_SCORES_PER_JUDGE = 4
DRAWS = 4000
CHAINS = 50
BURN_IN = 40
#: Cells (chains × scenes × judges) held in memory at a time; larger rounds use fewer chains.
MAX_CELLS = 2_000_000
#: Degrees of freedom of the prior that ties the judges' noise to a common value.
NOISE_DF = 5.0
#: (shape, rate) of the inverse-gamma priors, on scores scaled to standard deviation 1.
TAU2_PRIOR = (1.0, 0.25)
SEVERITY2_PRIOR = (1.0, 0.05)
SPREAD2_PRIOR = (2.0, 0.06)
#: Noise cannot be known finer than this share of the scores' variance (perfect agreement).
LEAST_NOISE2 = 1e-4


class InsufficientScores(DomainError):
    """The scores cannot carry the model (数据不足); the official ranking is not touched."""

    http_status = 409


@dataclass(frozen=True, eq=False)
class JudgingModel:
    """Posterior means and probabilities, for reference (参考).

    quality : (n_scenes,), in points, on the scale of an average judge
    severity : (n_judges,), ``b_j`` in points: above 0 gives more than the others, below 0 fewer
    spread : (n_judges,), ``a_j``: how strongly the judge tells scenes apart, 1 is average
    noise : (n_judges,), ``s_j`` in points: standard deviation of what nothing else explains
    p_top : (n_scenes,), probability that the scene is one of the ``top`` best
    """

    quality: FloatArray
    severity: FloatArray
    spread: FloatArray
    noise: FloatArray
    p_top: FloatArray
    mean: float
    quality_sd: FloatArray


def fit_judging_model(scores: FloatArray, *, top: int, seed: int) -> JudgingModel:
    """Fit the model by 4,000 posterior draws.

    scores : (n_scenes, n_judges), points, nan = no score; a scene without scores gets the prior
    top : number of places, from 1; at least n_scenes makes every ``p_top`` 1
    seed : not negative; the same seed and scores give the same model in every process

    Raises InsufficientScores when a judge has fewer than 4 scores, there are fewer than 30 in all,
    or the judges are not connected by scenes scored in common; InvalidInput for a wrong shape, an
    infinite score or ``top`` below 1.
    """
    table = _as_score_array(scores, top)
    check_enough_scores(table)
    given = ~np.isnan(table)
    mean = float(table[given].mean())
    scale = float(table[given].std()) or 1.0
    chains = _Chains(np.where(given, (table - mean) / scale, 0.0), given, seed)
    for _ in range(BURN_IN):
        chains.step()
    totals = _Totals(*table.shape, top=min(top, len(table)))
    for _ in range(-(-DRAWS // chains.count)):
        chains.step()
        totals.add(chains)
    return totals.summarise(mean, scale)


def check_enough_scores(scores: FloatArray) -> None:
    """Raise InsufficientScores, saying what is missing, unless the model may be shown."""
    given = ~np.isnan(scores)
    total = int(given.sum())
    if total < LEAST_SCORES:
        raise InsufficientScores(
            "too_few_scores",
            "数据不足：有效评分共 {total} 份，参考分析至少需要 {least} 份。",
            total=total,
            least=LEAST_SCORES,
        )
    fewest = int(given.sum(axis=0).min())
    if fewest < LEAST_SCORES_PER_JUDGE:
        raise InsufficientScores(
            "too_few_scores_of_a_judge",
            "数据不足：有评委只评了 {fewest} 份，参考分析要求每位评委至少 {least} 份。",
            fewest=fewest,
            least=LEAST_SCORES_PER_JUDGE,
        )
    groups = count_judge_groups(given)
    if groups > 1:
        raise InsufficientScores(
            "judges_not_connected",
            "数据不足：评委分成 {groups} 组，组间没有共同评过的场景，无法比较评分尺度。",
            groups=groups,
        )


def count_judge_groups(given: NDArray[np.bool_]) -> int:
    """Number of groups of judges that are linked by scenes scored in common.

    given : bool, (n_scenes, n_judges)
    """
    open_judges = set(range(given.shape[1]))
    groups = 0
    while open_judges:
        groups += 1
        reached = np.zeros(given.shape[1], dtype=bool)
        reached[min(open_judges)] = True
        while True:
            wider = given[given[:, reached].any(axis=1)].any(axis=0) | reached
            if (wider == reached).all():
                break
            reached = wider
        open_judges -= set(np.flatnonzero(reached).tolist())
    return groups


def _as_score_array(scores: FloatArray, top: int) -> FloatArray:
    table = np.asarray(scores, dtype=np.float64)
    if table.ndim != 2:
        raise InvalidInput("bad_scores", "评分须为“场景 × 评委”的二维表。")
    if np.isinf(table).any():
        raise InvalidInput("bad_scores", "评分须为有限的数，没有评分的位置填 nan。")
    if top < 1:
        raise InvalidInput("bad_quota", "名额须为不小于 1 的整数。", field="top")
    return table


class _Chains:
    """The state of all chains; the first axis of every array is the chain."""

    def __init__(self, y: FloatArray, given: NDArray[np.bool_], seed: int) -> None:
        n_scenes, n_judges = y.shape
        self.count = max(4, min(CHAINS, MAX_CELLS // y.size))
        self.rng = np.random.Generator(np.random.PCG64(seed))
        self.y = y
        self.given = given.astype(np.float64)
        self.scores_of_judge = self.given.sum(axis=0)
        self.quality = np.zeros((self.count, n_scenes))
        self.offset = np.zeros((self.count, n_judges))
        self.spread = np.ones((self.count, n_judges))
        self.noise2 = np.full((self.count, n_judges), 0.5)
        self.mean = np.zeros(self.count)
        self.common_noise2 = np.full(self.count, 0.5)
        self.tau2 = np.full(self.count, 0.5)
        self.severity2 = np.full(self.count, 0.2)
        self.spread2 = np.full(self.count, 0.04)

    def step(self) -> None:
        """One sweep: offsets and qualities together, then spread, noise and the variances."""
        self._draw_offset_and_quality()
        centred = (self.y - self.offset[:, None, :]) * self.given
        self._draw_spread(centred)
        self._draw_noise(centred - self.spread[:, None, :] * self.quality[:, :, None] * self.given)
        self.tau2 = self._inverse_gamma(TAU2_PRIOR, self.quality)
        self.severity2 = self._inverse_gamma(SEVERITY2_PRIOR, self.offset - self.mean[:, None])
        self.spread2 = self._inverse_gamma(SPREAD2_PRIOR, self.spread - 1.0)

    def _draw_offset_and_quality(self) -> None:
        """Offsets ``mu + b_j`` given the rest but the qualities; then the qualities given them."""
        n_judges = self.y.shape[1]
        weight = self.given / self.noise2[:, None, :]
        loading = self.spread[:, None, :] * weight
        precision = 1.0 / self.tau2[:, None] + (self.spread[:, None, :] * loading).sum(axis=2)
        shared = loading / precision[:, :, None]
        matrix = -np.matmul(loading.transpose(0, 2, 1), shared)
        diagonal = np.arange(n_judges)
        matrix[:, diagonal, diagonal] += weight.sum(axis=1) + 1.0 / self.severity2[:, None]
        pull = (loading * self.y).sum(axis=2)
        right = (weight * self.y).sum(axis=1) - (shared * pull[:, :, None]).sum(axis=1)
        right += (self.mean / self.severity2)[:, None]
        root = np.linalg.cholesky(matrix)
        half = np.linalg.solve(root, right[:, :, None])
        half += self.rng.standard_normal(half.shape)
        self.offset = np.linalg.solve(root.transpose(0, 2, 1), half)[:, :, 0]
        self.mean = self.offset.mean(axis=1)
        self.mean += np.sqrt(self.severity2 / n_judges) * self.rng.standard_normal(self.count)
        residual = (loading * (self.y - self.offset[:, None, :])).sum(axis=2)
        draw = self.rng.standard_normal(residual.shape)
        self.quality = residual / precision + draw / np.sqrt(precision)

    def _draw_spread(self, centred: FloatArray) -> None:
        seen = self.quality[:, :, None]
        precision = (self.given * seen**2).sum(axis=1) / self.noise2 + 1.0 / self.spread2[:, None]
        pull = (seen * centred).sum(axis=1) / self.noise2 + 1.0 / self.spread2[:, None]
        draw = self.rng.standard_normal(precision.shape)
        self.spread = pull / precision + draw / np.sqrt(precision)

    def _draw_noise(self, residual: FloatArray) -> None:
        rate = (NOISE_DF * self.common_noise2[:, None] + (residual**2).sum(axis=1)) / 2
        shape = np.broadcast_to((NOISE_DF + self.scores_of_judge) / 2, rate.shape)
        self.noise2 = np.maximum(rate / self.rng.standard_gamma(shape), LEAST_NOISE2)
        draw = self.rng.standard_gamma(self.noise2.shape[1] * NOISE_DF / 2 + 1, self.count)
        self.common_noise2 = draw / (NOISE_DF / 2 * (1.0 / self.noise2).sum(axis=1) + 0.5)

    def _inverse_gamma(self, prior: tuple[float, float], values: FloatArray) -> FloatArray:
        """A variance of zero-mean normal values, drawn for each chain."""
        shape, rate = prior
        draw = self.rng.standard_gamma(shape + values.shape[1] / 2, self.count)
        variance: FloatArray = (rate + (values**2).sum(axis=1) / 2) / draw
        return variance


class _Totals:
    """Sums over draws, from which the posterior means follow."""

    def __init__(self, n_scenes: int, n_judges: int, *, top: int) -> None:
        self.top = top
        self.draws = 0
        self.mean = 0.0
        self.quality = np.zeros(n_scenes)
        self.quality_squares = np.zeros(n_scenes)
        self.in_top = np.zeros(n_scenes)
        self.severity = np.zeros(n_judges)
        self.spread = np.zeros(n_judges)
        self.noise = np.zeros(n_judges)

    def add(self, chains: _Chains) -> None:
        self.draws += chains.count
        self.mean += float(chains.mean.sum())
        self.quality += chains.quality.sum(axis=0)
        self.quality_squares += (chains.quality**2).sum(axis=0)
        best = np.argpartition(-chains.quality, self.top - 1, axis=1)[:, : self.top]
        self.in_top += np.bincount(best.ravel(), minlength=len(self.in_top))
        self.severity += (chains.offset - chains.mean[:, None]).sum(axis=0)
        self.spread += chains.spread.sum(axis=0)
        self.noise += np.sqrt(chains.noise2).sum(axis=0)

    def summarise(self, mean: float, scale: float) -> JudgingModel:
        quality = self.quality / self.draws
        variance = np.maximum(self.quality_squares / self.draws - quality**2, 0.0)
        centre = mean + scale * self.mean / self.draws
        return JudgingModel(
            quality=centre + scale * quality,
            severity=scale * self.severity / self.draws,
            spread=self.spread / self.draws,
            noise=scale * self.noise / self.draws,
            p_top=self.in_top / self.draws,
            mean=centre,
            quality_sd=scale * np.sqrt(variance),
        )
