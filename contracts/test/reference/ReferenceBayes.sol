// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {PlainBayes} from "./PlainBayes.sol";
import {ReferenceSparse} from "./ReferenceSparse.sol";

/// @title Plain twin of NaiveBayes, for models that grow
/// @notice The table has every label from the start: those without samples never win, so nobody can tell.
contract ReferenceBayes is ReferenceSparse {
    PlainBayes public immutable table;

    constructor(uint256 labelCount_, uint256 inverseAlpha, uint256 vocabulary) ReferenceSparse(65_536, labelCount_) {
        table = new PlainBayes(256, inverseAlpha, vocabulary);
    }

    function _learn(uint256 label, int256[] memory features) internal override {
        table.learn(label, _narrow(features));
    }

    function _predict(int256[] memory features) internal view override returns (uint256) {
        return table.predict(_narrow(features));
    }

    function _narrow(int256[] memory features) private pure returns (uint16[] memory narrow) {
        narrow = new uint16[](features.length);
        for (uint256 i = 0; i < features.length; ++i) {
            narrow[i] = uint16(uint256(features[i]));
        }
    }
}
