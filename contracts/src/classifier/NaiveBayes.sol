// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IClassifier} from "../interfaces/IClassifier.sol";
import {Bits} from "../libraries/Bits.sol";
import {FixedLog} from "../libraries/FixedLog.sol";
import {Records} from "../libraries/Records.sol";
import {SparseSample} from "../libraries/SparseSample.sol";
import {Words} from "../libraries/Words.sol";
import {Growing} from "./Growing.sol";

/// @title Multinomial naive Bayes over hashed words, for any number of languages and up to 256 labels
/// @notice score(c) = L(docs_c + 1) + sum over features of L(A * count + 1) - features * L(A * tokens_c + V), where L is a
/// fixed-point binary logarithm, A the inverse of the smoothing constant and V the vocabulary that it assumes. The best
/// score wins, ties go to the lower label. In log space nothing underflows, however long the sample. A label without samples
/// never wins, unless none has any (then label 0 does): by the formula alone it would often beat all others, having no
/// tokens to divide by.
///
/// Counts are uint8, 32 labels share a storage word (lane 0 in the lowest byte): a word of a player's clue costs one
/// storage word for 32 labels. A full count (255) stops growing, and so do its tokens, which bounds what any one word can
/// come to mean. Labels may be added; words are laid out for as many as there may ever be.
contract NaiveBayes is Growing {
    using Bits for uint256;
    using Words for uint256[];

    /// @notice Most labels.
    uint256 public constant MAX_LABELS = 256;
    /// @notice Most features of a sample.
    uint256 public constant MAX_SAMPLE_FEATURES = 64;
    /// @notice Features are the 16-bit hashes of words.
    uint256 public constant FEATURES = 1 << 16;
    uint256 private constant LANES = 32;
    uint256 private constant MAX_COUNT = 255;

    /// @dev Score of a label without samples: below every other one.
    uint256 private constant NEVER = 1 << 255;

    uint256 private immutable _groups;
    /// @notice A: inverse of the smoothing constant.
    uint256 public immutable inverseAlpha;
    /// @notice V: vocabulary assumed by the smoothing.
    uint256 public immutable vocabulary;

    /// @dev Word `feature * groups + label / 32`, lane `label % 32`.
    uint256[FEATURES * (MAX_LABELS / LANES)] private _counts;
    /// @dev Four labels in a word, `docs(32) | tokens(32)` each, lane 0 in the lowest bits.
    uint256[MAX_LABELS / 4] private _stats;

    /// @dev Logarithms by label, and those of counts as they come up (0: not computed yet).
    struct Logs {
        uint256[] priors;
        uint256[] denominators;
        uint256[] evidence;
    }

    /// @notice The parameters are out of range.
    error BadParameters();
    /// @notice The sample is no strictly increasing list of 1 to 64 features.
    error UnfitSample();

    constructor(uint256 labelCount_, uint256 labelBound_, uint256 inverseAlpha_, uint256 vocabulary_)
        Growing(labelCount_, labelBound_, FEATURES, FEATURES)
    {
        if (labelBound_ > MAX_LABELS) revert BadParameters();
        if (inverseAlpha_ == 0 || inverseAlpha_ > 1 << 16) revert BadParameters();
        if (vocabulary_ == 0 || vocabulary_ > 1 << 32) revert BadParameters();
        _groups = _groupsOf(labelBound_);
        inverseAlpha = inverseAlpha_;
        vocabulary = vocabulary_;
    }

    /// @inheritdoc IClassifier
    function kind() external pure returns (string memory) {
        return "naive-bayes";
    }

    /// @inheritdoc IClassifier
    function fits(uint16 label, bytes calldata sample) external view returns (bool) {
        return label < labelCount() && _isSound(sample);
    }

    /// @inheritdoc IClassifier
    function train(bytes calldata records) external onlyTrainer returns (uint256 acceptedMap, uint256 newSlots) {
        uint256 labels = labelCount();
        uint256 cursor = 0;
        for (uint256 record = 0; cursor < records.length; ++record) {
            if (record == Records.MAX_RECORDS) revert Records.TooManyRecords();
            (, uint16 label, bytes calldata sample, uint256 next) = Records.read(records, cursor);
            cursor = next;
            if (label >= labels || !_isSound(sample)) continue;
            acceptedMap |= 1 << record;
            newSlots += _learn(label, sample);
        }
    }

    /// @inheritdoc IClassifier
    function agrees(bytes calldata records, uint256 mask) external view returns (uint256 agreeing) {
        if (mask == 0) return 0;
        Logs memory logs = _logs();
        uint256[] memory scores = new uint256[](logs.priors.length);
        uint256 cursor = 0;
        for (uint256 record = 0; mask >> record != 0; ++record) {
            (, uint16 label, bytes calldata sample, uint256 next) = Records.read(records, cursor);
            cursor = next;
            if (!mask.has(record)) continue;
            _score(scores, logs, sample);
            if (_best(scores) == label) agreeing |= 1 << record;
        }
    }

    /// @inheritdoc IClassifier
    function predict(bytes calldata sample) external view returns (uint16) {
        return uint16(_best(_scoresOf(sample)));
    }

    /// @notice Score of each label for a sample, in units of 2^-16 bits; the least integer for labels without samples.
    function scoresOf(bytes calldata sample) external view returns (int256[] memory scores) {
        uint256[] memory words = _scoresOf(sample);
        scores = new int256[](words.length);
        for (uint256 label = 0; label < words.length; ++label) {
            scores[label] = int256(words[label]);
        }
    }

    /// @notice `docs(32) | tokens(32)` of labels, for a snapshot.
    function labelStats(uint256 from, uint256 count) external view returns (uint64[] memory stats) {
        stats = new uint64[](count);
        for (uint256 i = 0; i < count; ++i) {
            stats[i] = _statOf(from + i);
        }
    }

    /// @notice Count words of features, `ceil(labelBound / 32)` each in order, for a snapshot.
    function countWords(uint16[] calldata features) external view returns (uint256[] memory words) {
        words = new uint256[](features.length * _groups);
        for (uint256 i = 0; i < words.length; ++i) {
            words[i] = _counts[features[i / _groups] * _groups + i % _groups];
        }
    }

    /// @dev Counts the sample's words for the label.
    function _learn(uint256 label, bytes calldata sample) private returns (uint256 newSlots) {
        uint256 group = label / LANES;
        uint256 shift = (label % LANES) * 8;
        uint256 count = sample.length / 2;
        uint256 grown = 0;
        unchecked {
            for (uint256 i = 0; i < count; ++i) {
                uint256 index = SparseSample.featureAt(sample, i) * _groups + group;
                uint256 word = _counts[index];
                if ((word >> shift) & 0xff == MAX_COUNT) continue;
                if (word == 0) ++newSlots;
                _counts[index] = word + (1 << shift);
                ++grown;
            }
            uint256 stats = _stats[label / 4];
            if (stats == 0) ++newSlots;
            _stats[label / 4] = stats + (((1 << 32) | grown) << ((label % 4) * 64));
        }
    }

    /// @dev Logarithms that every score needs, computed once per call. A label with samples has a stat that is not zero, and
    /// one without has no counts either, so nothing is ever added to its score.
    function _logs() private view returns (Logs memory logs) {
        uint256 labels = labelCount();
        logs.priors = new uint256[](labels);
        logs.denominators = new uint256[](labels);
        logs.evidence = new uint256[](MAX_COUNT + 1);
        for (uint256 label = 0; label < labels; ++label) {
            uint256 stat = _statOf(label);
            if (stat == 0) {
                logs.priors[label] = NEVER;
                continue;
            }
            logs.priors[label] = FixedLog.log2((stat >> 32) + 1);
            logs.denominators[label] = FixedLog.log2(inverseAlpha * uint32(stat) + vocabulary);
        }
    }

    function _scoresOf(bytes calldata sample) private view returns (uint256[] memory scores) {
        if (!_isSound(sample)) revert UnfitSample();
        Logs memory logs = _logs();
        scores = new uint256[](logs.priors.length);
        _score(scores, logs, sample);
    }

    /// @dev Scores are two's complement words, negative ones included.
    function _score(uint256[] memory scores, Logs memory logs, bytes calldata sample) private view {
        uint256 features = sample.length / 2;
        uint256 groups = _groupsOf(scores.length);
        uint256[] memory priors = logs.priors;
        uint256[] memory denominators = logs.denominators;
        unchecked {
            for (uint256 label = 0; label < scores.length; ++label) {
                scores.set(label, priors.get(label) - features * denominators.get(label));
            }
            for (uint256 i = 0; i < features; ++i) {
                uint256 first = SparseSample.featureAt(sample, i) * _groups;
                for (uint256 group = 0; group < groups; ++group) {
                    _addEvidence(scores, logs.evidence, _counts[first + group], group * LANES);
                }
            }
        }
    }

    /// @dev Adds L(A * count + 1) to the labels of a count word; a count of zero adds L(1) = 0 and is passed over. Lanes
    /// above the label count are never written, so every lane that is not zero belongs to a label.
    function _addEvidence(uint256[] memory scores, uint256[] memory evidence, uint256 word, uint256 label)
        private
        view
    {
        unchecked {
            for (; word != 0; word >>= 8) {
                if (word & 0xffffffff == 0) {
                    word >>= 24;
                    label += 4;
                    continue;
                }
                uint256 count = word & 0xff;
                if (count != 0) {
                    uint256 gain = evidence.get(count);
                    if (gain == 0) {
                        gain = FixedLog.log2(inverseAlpha * count + 1);
                        evidence.set(count, gain);
                    }
                    scores.set(label, scores.get(label) + gain);
                }
                ++label;
            }
        }
    }

    function _best(uint256[] memory scores) private pure returns (uint256 best) {
        int256 highest = int256(scores.get(0));
        unchecked {
            for (uint256 label = 1; label < scores.length; ++label) {
                int256 score = int256(scores.get(label));
                if (score > highest) (best, highest) = (label, score);
            }
        }
    }

    function _isSound(bytes calldata sample) private pure returns (bool) {
        return SparseSample.isWellFormed(sample, MAX_SAMPLE_FEATURES, FEATURES);
    }

    function _groupsOf(uint256 labels) private pure returns (uint256) {
        return (labels + LANES - 1) / LANES;
    }

    function _statOf(uint256 label) private view returns (uint64) {
        return uint64(_stats[label / 4] >> ((label % 4) * 64));
    }
}
