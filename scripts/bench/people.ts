import { randomBytes } from 'node:crypto';
import { HttpClient } from './http-client.js';

/** An account that the benchmark has made. */
export interface Person {
  readonly username: string;
  readonly password: string;
}

/** Registers people with the service under measurement. */
export const registerPeople = async (url: string, count: number): Promise<Person[]> => {
  const client = new HttpClient(url, count);
  const register = async (): Promise<Person> => {
    const person = {
      username: `bench-${randomBytes(6).toString('hex')}`,
      password: randomBytes(15).toString('base64'),
    };
    await client.expect(201, { method: 'POST', path: '/api/v1/auth/register', body: person });
    return person;
  };
  try {
    return await Promise.all(Array.from({ length: count }, register));
  } finally {
    client.close();
  }
};

/** Logs each of the people in as often as asked; the access tokens, one for each session. */
export const openSessions = async (url: string, people: readonly Person[], each: number): Promise<string[]> => {
  const client = new HttpClient(url, people.length * each);
  const login = async (person: Person): Promise<string> => {
    const { text } = await client.expect(200, { method: 'POST', path: '/api/v1/auth/login', body: person });
    return (JSON.parse(text) as { access_token: string }).access_token;
  };
  try {
    return await Promise.all(people.flatMap((person) => Array.from({ length: each }, () => login(person))));
  } finally {
    client.close();
  }
};
