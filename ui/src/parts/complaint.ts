import type { Complaint } from '../../../src/contract/error-body.ts';

/** Where a field stands in the body of a request: `['matchers', 0]`. */
export type Place = readonly (string | number)[];

/** What the server says of a field or of what is within it; undefined when nothing. */
export function complaintAt(complaints: readonly Complaint[], place: Place): string | undefined {
  return complaints.find(({ loc }) => isWithin(loc, place))?.msg;
}

/** Whether fields show everything that was complained of, so that nothing is left to be said beside them. */
export function isTold(complaints: readonly Complaint[], places: readonly Place[]): boolean {
  return (
    complaints.length > 0 &&
    complaints.every(({ loc }) => places.some((place) => isWithin(loc, place)))
  );
}

/** The first part of a complaint's place says that it is in the body. */
function isWithin(loc: Complaint['loc'], place: Place): boolean {
  return loc[0] === 'body' && place.every((part, index) => loc[index + 1] === part);
}
