import { array, assert, integer, nat, property } from 'fast-check';
import { expect, it } from 'vitest';
import { bytesOfTwelveBits, putTwelveBits, takeTwelveBits } from './twelve-bits.ts';

it('gives back any numbers of 12 bits, one written over another too', () => {
  const number = integer({ min: 0, max: 4095 });
  const numbers = array(number, { minLength: 1, maxLength: 20 });
  assert(
    property(numbers, nat(), number, (values, somewhere, later) => {
      const bytes = new Uint8Array(bytesOfTwelveBits(values.length));
      for (const [place, value] of values.entries()) putTwelveBits(bytes, place, value);
      expect([...takeTwelveBits(bytes, values.length)]).toEqual(values);
      const place = somewhere % values.length;
      putTwelveBits(bytes, place, later);
      expect([...takeTwelveBits(bytes, values.length)]).toEqual(values.with(place, later));
    }),
  );
});
