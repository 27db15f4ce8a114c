import { describe } from 'vitest';
import { describeAlertBudgetStore } from './alert-budgets.suite.ts';
import { describeAnomalyStore } from './anomalies.suite.ts';
import { describeContextStore } from './context.suite.ts';
import { describeDetectionStore } from './detection.suite.ts';
import { describeEntityStore } from './entities.suite.ts';
import { describeIncidentStore } from './incidents.suite.ts';
import { describeJoinedStore } from './join-transactions.suite.ts';
import { describeLearningStore } from './learning.suite.ts';
import { describeNotificationStore } from './notifications.suite.ts';
import { describeRuleStore } from './rules.suite.ts';
import { describeStore } from './store.suite.ts';
import { openTestDatabase } from './test-database.ts';
import { describeTruthStore } from './truth-incidents.suite.ts';

describe('the embedded database', () => {
  describe('what is watched', () => describeStore(openTestDatabase));
  describe('what is one transaction', () => describeJoinedStore(openTestDatabase));
  describe('what is learned', () => describeLearningStore(openTestDatabase));
  describe('what is detected', () => describeDetectionStore(openTestDatabase));
  describe('what is judged together', () => describeEntityStore(openTestDatabase));
  describe('what is one trouble', () => describeIncidentStore(openTestDatabase));
  describe('what is kept quiet', () => describeRuleStore(openTestDatabase));
  describe('what is told', () => describeNotificationStore(openTestDatabase));
  describe('what really happened', () => describeTruthStore(openTestDatabase));
  describe('what people declare', () => describeContextStore(openTestDatabase));
  describe('what is allowed', () => describeAlertBudgetStore(openTestDatabase));
  describe('what is read', () => describeAnomalyStore(openTestDatabase));
});
