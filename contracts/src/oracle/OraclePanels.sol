// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IOracleClassifier} from "../interfaces/IOracleClassifier.sol";

/// @title Who answers, and which model they serve
/// @notice A panel never changes: changing responders makes a new one for requests to come. A requester therefore gets
/// the panel that it paid for, and an owner cannot tip an open request by moving a responder in or out.
///
/// A quorum is more than half of the panel, so at most one label can reach it: there are no ties to break, and fewer
/// than half of the responders, however they conspire, make no answer.
abstract contract OraclePanels is IOracleClassifier {
    struct Panel {
        uint8 quorum;
        address[] responders;
    }

    /// @notice Most responders of a panel: their maps and labels fit words.
    uint256 public constant MAX_SEATS = 16;

    /// @inheritdoc IOracleClassifier
    address public owner;
    /// @inheritdoc IOracleClassifier
    uint32 public panel;
    /// @inheritdoc IOracleClassifier
    uint32 public version;
    uint96 private _minFeeWei;
    /// @inheritdoc IOracleClassifier
    bytes32 public model;
    mapping(uint256 panel => Panel) private _panels;
    /// @dev Seats count from one here; zero is no seat.
    mapping(uint256 panel => mapping(address responder => uint256 seat)) private _seats;

    constructor(address[] memory responders, uint256 quorum, bytes32 model_, uint96 minFeeWei_) {
        owner = msg.sender;
        emit OwnerChanged(msg.sender);
        _changePanel(responders, quorum);
        _changeModel(model_);
        _changeMinFee(minFeeWei_);
    }

    modifier onlyOwner() {
        if (msg.sender != owner) revert OnlyOwner(msg.sender);
        _;
    }

    /// @inheritdoc IOracleClassifier
    function changePanel(address[] calldata responders, uint256 quorum) external onlyOwner {
        _changePanel(responders, quorum);
    }

    /// @inheritdoc IOracleClassifier
    function changeModel(bytes32 model_) external onlyOwner {
        _changeModel(model_);
    }

    /// @inheritdoc IOracleClassifier
    function changeMinFee(uint96 minFeeWei_) external onlyOwner {
        _changeMinFee(minFeeWei_);
    }

    /// @inheritdoc IOracleClassifier
    function changeOwner(address owner_) external onlyOwner {
        owner = owner_;
        emit OwnerChanged(owner_);
    }

    /// @inheritdoc IOracleClassifier
    function panelOf(uint32 number) external view returns (address[] memory responders, uint256 quorum) {
        return (_panels[number].responders, _panels[number].quorum);
    }

    /// @inheritdoc IOracleClassifier
    function minFeeWei() public view returns (uint256) {
        return _minFeeWei;
    }

    /// @dev The responder's bit in a panel's maps; zero for somebody else.
    function _seatBit(uint256 panel_, address responder) internal view returns (uint256) {
        uint256 seat = _seats[panel_][responder];
        return seat == 0 ? 0 : 1 << (seat - 1);
    }

    function _responder(uint256 panel_, uint256 seat) internal view returns (address) {
        return _panels[panel_].responders[seat];
    }

    function _size() internal view returns (uint8 seats, uint8 quorum) {
        Panel storage present = _panels[panel];
        return (uint8(present.responders.length), present.quorum);
    }

    function _changePanel(address[] memory responders, uint256 quorum) private {
        uint256 seats = responders.length;
        if (seats == 0 || seats > MAX_SEATS || quorum > seats || 2 * quorum <= seats) revert BadPanel();
        uint32 number = ++panel;
        for (uint256 i = 0; i < seats; ++i) {
            address responder = responders[i];
            if (responder == address(0) || _seats[number][responder] != 0) revert BadPanel();
            _seats[number][responder] = i + 1;
        }
        _panels[number] = Panel(uint8(quorum), responders);
        emit PanelChanged(number, quorum, responders);
    }

    function _changeModel(bytes32 model_) private {
        model = model_;
        emit ModelChanged(++version, model_);
    }

    function _changeMinFee(uint96 minFeeWei_) private {
        if (minFeeWei_ == 0) revert BadParameters();
        _minFeeWei = minFeeWei_;
        emit MinFeeChanged(minFeeWei_);
    }
}
