"""The signers, each with its lane of nonces drawn."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response

from relayer.ops.explorer import Explorer
from relayer.ops.lanes import Lane, lane_of
from relayer.ops.mount import OpsMount
from relayer.ops.offers import Offer, offers


class SignerPages:
    """Serves ``/ops/signers``."""

    def __init__(self, mount: OpsMount) -> None:
        self._mount = mount
        mount.page("/signers", "signers", self.show, menu="Signers")

    def show(self) -> Response:
        """Show every account that ever signed, the working ones first."""
        store = self._mount.store
        snapshots = {each.address: each for each in store.chain_state.view().signers}
        known = [address for address in store.signers.addresses() if address not in snapshots]
        lanes = [lane_of(store, address, snapshots.get(address)) for address in snapshots]
        lanes += [lane_of(store, address, None) for address in known]
        return self._mount.render(
            "signers.html",
            lanes=lanes,
            low_wei=self._mount.settings.signer_low_wei,
            explorer=Explorer(self._mount.settings.ops_explorer_url),
            rests=store.resting_signers.all(),
            offers={lane.signer: self._offers(lane) for lane in lanes},
        )

    def _offers(self, lane: Lane) -> Sequence[Offer]:
        """What can be done about a signer; nothing about one that works no more."""
        signer = {"signer": lane.signer}
        gap = (Offer("close-gap", signer),) if lane.gaps else ()
        if lane.snapshot is None:
            return offers(self._mount, *gap)
        is_resting = lane.signer in self._mount.store.resting_signers.all()
        top_up = Offer("top-up", {"target": lane.signer})
        rest = Offer("wake-signer" if is_resting else "rest-signer", signer)
        return offers(self._mount, *gap, top_up, rest)
