"""Money spent and money awarded: investment ledgers, verified amounts, the register of awards."""
