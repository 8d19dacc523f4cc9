"""What people are told: inbox, e-mail, group robots; saved searches and watched listings."""
