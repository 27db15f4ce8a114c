import { describe } from 'vitest';
import { describeDetectionStore } from './detection.suite.ts';
import { describeStore } from './store.suite.ts';
import { openTestDatabase } from './test-database.ts';

describe('the store on the embedded database', () => describeStore(openTestDatabase));
describe('detections on the embedded database', () => describeDetectionStore(openTestDatabase));
