Feature: Guessing a password

  Guesses are counted by name and by name and address, before anything is hashed. The owner is not locked out by them.

  Scenario: Five wrong guesses from one address
    Given Ada has an account
    When a stranger tries 5 wrong passwords for Ada from 198.51.100.1
    Then it is refused with 401 invalid_credentials
    When a stranger tries 1 wrong passwords for Ada from 198.51.100.1
    Then it is refused with 429 too_many_attempts
    And it may be tried again in 1 minute

  Scenario: The right password does not help any more
    Given Ada has an account
    And a stranger tries 6 wrong passwords for Ada from 198.51.100.1
    When Ada logs in from 198.51.100.1
    Then it is refused with 429 too_many_attempts

  Scenario: A refused guess is not hashed
    Given Ada has an account
    And a stranger tries 6 wrong passwords for Ada from 127.0.0.1
    When Ada tries to log in with "a guess", and with a wrong password for Ada
    Then it is refused with 429 too_many_attempts
    And neither has cost a password hash

  Scenario: A name that nobody has is guarded the same
    When a stranger tries 5 wrong passwords for Nobody from 198.51.100.1
    Then it is refused with 401 invalid_credentials
    When a stranger tries 1 wrong passwords for Nobody from 198.51.100.1
    Then it is refused with 429 too_many_attempts
    And it may be tried again in 1 minute

  Scenario: Guesses from everywhere
    Given Ada has an account
    When strangers at 10 addresses each try a wrong password for Ada
    Then it is refused with 401 invalid_credentials
    When a stranger tries 1 wrong passwords for Ada from 203.0.113.99
    Then it is refused with 429 too_many_attempts

  Scenario: The owner gets in from where she is known
    Given Ada is logged in from 192.0.2.1
    And strangers at 12 addresses each try a wrong password for Ada
    When Ada logs in from 192.0.2.1
    Then Ada is logged in now

  Scenario: A name in other letters is the same name
    Given Ada has an account
    And a stranger tries 6 wrong passwords for Ada from 127.0.0.1
    When Ada logs in as "ADA"
    Then it is refused with 429 too_many_attempts

  Scenario: A username and its e-mail address are counted apart, so that a stranger cannot link them
    Given Ada has verified the e-mail address "ada@example.org"
    And a stranger tries 6 wrong passwords for Ada from 198.51.100.1
    When a stranger tries 1 wrong passwords from 198.51.100.1 as "ada@example.org"
    Then it is refused with 401 invalid_credentials

  Scenario: An account is also limited under all of its names together, without saying so
    Given Ada has verified the e-mail address "ada@example.org"
    And a stranger tries 5 wrong passwords for Ada from 198.51.100.1
    And a stranger tries 5 wrong passwords from 198.51.100.2 as "ada@example.org"
    When Ada logs in from 198.51.100.3
    Then it is refused with 401 invalid_credentials
    When 16 minutes pass
    And Ada logs in from 198.51.100.3
    Then Ada is logged in now

  Scenario: A success forgives the guesses of the pair
    Given Ada is logged in from 192.0.2.1
    And a stranger tries 4 wrong passwords for Ada from 192.0.2.1
    And Ada logs in from 192.0.2.1
    When a stranger tries 4 wrong passwords for Ada from 192.0.2.1
    Then it is refused with 401 invalid_credentials

  Scenario: The block ends, and the next one is longer
    Given Ada has an account
    And a stranger tries 6 wrong passwords for Ada from 198.51.100.1
    When 61 seconds pass
    And a stranger tries 5 wrong passwords for Ada from 198.51.100.1
    And a stranger tries 1 wrong passwords for Ada from 198.51.100.1
    Then it is refused with 429 too_many_attempts
    And it may be tried again in 2 minutes

  Scenario: A lockout is audited
    Given Ada has an account
    When a stranger tries 6 wrong passwords for Ada from 198.51.100.1
    Then the audit trail tells 1 time of "user.locked_out" for Ada

  Scenario: The operator turns lockout off with all other limits
    Given Ada has an account
    And the operator sets rateLimit.enabled to false
    When a stranger tries 20 wrong passwords for Ada from 198.51.100.1
    Then it is refused with 401 invalid_credentials
