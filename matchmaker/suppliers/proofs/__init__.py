"""What a profile can show: certificates and tests in five areas."""
