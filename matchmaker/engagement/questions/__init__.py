"""Questions of firms on a listing and the owner's replies, read by everybody; askers unnamed."""
