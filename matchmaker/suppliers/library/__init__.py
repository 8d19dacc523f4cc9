"""The bureau's firm library with stages (培育库) and its key projects (重点项目库), P35 (十四)."""
