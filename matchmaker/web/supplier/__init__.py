"""The area of robot firms."""
