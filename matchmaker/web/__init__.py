"""Pages and the API, by audience. Views bind, call and respond; they hold no rules."""
