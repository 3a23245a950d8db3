/**
 * `tsx raw-bcrypt.ts <cost> <concurrency> <count>`: verifies a password `count` times, without anything else, and prints
 * `{"completedAtMs": […]}`.
 */
import bcrypt from 'bcrypt';

const [cost = NaN, concurrency = NaN, count = NaN] = process.argv.slice(2).map(Number);
const password = 'same length as the input of the service: 64 characters in base64';
const hash = bcrypt.hashSync(password, cost);
const completedAtMs: number[] = [];

const worker = async (): Promise<void> => {
  while (completedAtMs.length < count) {
    if (!(await bcrypt.compare(password, hash))) throw new Error('bcrypt rejected the correct password');
    completedAtMs.push(performance.now());
  }
};

await Promise.all(Array.from({ length: concurrency }, worker));
console.log(JSON.stringify({ completedAtMs: completedAtMs.slice(0, count) }));
