import { expect, test } from 'vitest';
import { AppError } from '../src/errors.ts';

test('an error says what kind it is, which one, and what to do', () => {
  const error = new AppError('conflict', 'BATCH_WITHDRAWN', '批次已撤回 / the batch is withdrawn');
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({ name: 'AppError', kind: 'conflict', code: 'BATCH_WITHDRAWN', details: null });
  expect(error.message).toBe('批次已撤回 / the batch is withdrawn');
  expect('cause' in error).toBe(false);
});

test('cause and details are kept', () => {
  const cause = new Error('ECONNREFUSED');
  const error = new AppError('transient', 'DATABASE_DOWN', 'x', { cause, details: { port: 5432 } });
  expect(error.cause).toBe(cause);
  expect(error.details).toEqual({ port: 5432 });
});
