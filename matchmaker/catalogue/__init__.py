"""Vocabularies: sectors, tasks, forms, attributes, certificates, modes, districts, departments."""
