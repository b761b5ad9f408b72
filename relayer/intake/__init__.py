"""From a request's bytes to a queued row: size, form, signature, policy, nonce, budget."""
