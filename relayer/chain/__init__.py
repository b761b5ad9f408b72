"""What speaks to the chain: node, fees, contract bindings, signed messages, wire format."""
