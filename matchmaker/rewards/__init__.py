"""Cases of public money: claims, determinations with receipts, payees, payments, claw-back."""
