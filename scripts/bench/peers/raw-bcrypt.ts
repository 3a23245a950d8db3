/**
 * What the processor can do at most: `tsx raw-bcrypt.ts <cost> <at once> <count>` compares a password that often, so many
 * at a time, and prints `{"completedAtMs": […]}`.
 */
import bcrypt from 'bcrypt';

const [cost = NaN, lanes = NaN, count = NaN] = process.argv.slice(2).map(Number);
const password = 'as long as what the service hashes: 64 characters in base64 form';
const hash = bcrypt.hashSync(password, cost);
const completedAtMs: number[] = [];

const lane = async (): Promise<void> => {
  while (completedAtMs.length < count) {
    if (!(await bcrypt.compare(password, hash))) throw new Error('bcrypt has refused the right password');
    completedAtMs.push(performance.now());
  }
};

await Promise.all(Array.from({ length: lanes }, lane));
console.log(JSON.stringify({ completedAtMs: completedAtMs.slice(0, count) }));
