! Kinds and types: nothing here changes while the program runs.
module kinds
    use, intrinsic :: iso_fortran_env, only: int64, real64
    implicit none
    integer, parameter :: dp = real64
    integer, parameter :: cells = 6
    type :: particle
        real(dp) :: position = 0.5_dp
        integer :: owner = -1
    end type particle
    type :: pair
        integer :: left, right
    end type pair
end module kinds
