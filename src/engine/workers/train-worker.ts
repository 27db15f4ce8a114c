import { isJointTask, type JointTask, learnTogether } from './joint-task.ts';
import { serveTasks } from './serve-tasks.ts';
import { isTrainingTask, type TrainingTask, trainOnHistory } from './training-task.ts';

serveTasks(
  (message): message is TrainingTask | JointTask => isTrainingTask(message) || isJointTask(message),
  (task) => (isJointTask(task) ? learnTogether(task) : trainOnHistory(task)),
);
