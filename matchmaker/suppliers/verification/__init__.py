"""The verification route: a firm asks with files, the bureau or a test centre decides."""
