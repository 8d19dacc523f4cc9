"""The ways out of the house: e-mail and the robots of 企业微信, 钉钉 and 飞书."""
