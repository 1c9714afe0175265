C     Fixed form, COMMON in several units, and what they save.
      block data begin
      include 'blocks.inc'
      data viscosity /0.25d0/, density, nx, ny /2.0d0, 3, 4/
      data calls /1000/, verbose /.true./, label /'begun'/
      end

      subroutine accumulate(value, sum)
      implicit none
      real*8 value, sum, kept, history(3)
      integer position
      include 'blocks.inc'
      save kept, history, position
      data kept /1.5d0/, position /1/
      kept = kept + value * viscosity + density * nx - ny + table(1, 1)
     & + 1.0d0
      history(position) = kept
      position = mod(position, 3) + 1
      table(position, 2) = table(position, 2) + kept
     1    + history(1) + history(2) + history(3)
      sum = kept
      calls = calls + 1
      end

      function twice(value)
      implicit none
      real*8 twice, value
      integer times
      save
      data times /0/
      times = times + 1
      twice = value * 2 + times
      end

      subroutine report(unit)
      implicit none
      integer unit, i, j
      include 'blocks.inc'
      if (verbose) write (unit, '(a,i6,8f10.3)') label, calls,
     & ((table(i, j), i = 1, 4), j = 1, 2)
      call flush (unit)
      end
