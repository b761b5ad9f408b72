import math

import pytest

from relayer.models.fixed_log import fixed_log2


@pytest.mark.parametrize("exponent", [0, 1, 15, 16, 17, 48, 199])
def test_fixed_log2_of_a_power_of_two_is_exact(exponent: int) -> None:
    assert fixed_log2(1 << exponent) == exponent << 16


def test_fixed_log2_stays_within_its_error_and_grows() -> None:
    numbers = [*range(1, 5_000), *range(65_536, 131_072, 97)]
    logarithms = [fixed_log2(number) for number in numbers]

    errors = [
        abs(logarithm / 65_536 - math.log2(number))
        for number, logarithm in zip(numbers, logarithms, strict=True)
    ]
    assert max(errors) < 0.009
    assert logarithms == sorted(logarithms)


@pytest.mark.parametrize("number", [0, -1])
def test_fixed_log2_refuses_numbers_without_a_logarithm(number: int) -> None:
    with pytest.raises(ValueError, match="no logarithm"):
        fixed_log2(number)
