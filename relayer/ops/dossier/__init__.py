"""Everything that is known of one contribution or transaction, from the store alone."""
