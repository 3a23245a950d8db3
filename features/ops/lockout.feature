Feature: Guessing a password

  Guesses are counted by name and by name and address, before anything is hashed. The owner is not locked out by them.

  Scenario: Five wrong guesses from one address
    Given Ada has an account
    When 5 failed logins for Ada come from 198.51.100.1
    Then the request is rejected with 401 invalid_credentials
    When 1 failed login for Ada comes from 198.51.100.1
    Then the request is rejected with 429 too_many_attempts
    And the client may retry in 1 minute

  Scenario: The right password does not help any more
    Given Ada has an account
    And 6 failed logins for Ada come from 198.51.100.1
    When Ada logs in from 198.51.100.1
    Then the request is rejected with 429 too_many_attempts

  Scenario: A refused guess is not hashed
    Given Ada has an account
    And 6 failed logins for Ada come from 127.0.0.1
    When Ada logs in with "a guess", and Ada with a wrong password
    Then the request is rejected with 429 too_many_attempts
    And both cost no password hash

  Scenario: A name that nobody has is guarded the same
    When 5 failed logins for Nobody come from 198.51.100.1
    Then the request is rejected with 401 invalid_credentials
    When 1 failed login for Nobody comes from 198.51.100.1
    Then the request is rejected with 429 too_many_attempts
    And the client may retry in 1 minute

  Scenario: Guesses from everywhere
    Given Ada has an account
    When 10 failed logins for Ada come from different IP addresses
    Then the request is rejected with 401 invalid_credentials
    When 1 failed login for Ada comes from 203.0.113.99
    Then the request is rejected with 429 too_many_attempts

  Scenario: The owner gets in from where she is known
    Given Ada is logged in from 192.0.2.1
    And 12 failed logins for Ada come from different IP addresses
    When Ada logs in from 192.0.2.1
    Then Ada receives tokens

  Scenario: A name in other letters is the same name
    Given Ada has an account
    And 6 failed logins for Ada come from 127.0.0.1
    When Ada logs in as "ADA"
    Then the request is rejected with 429 too_many_attempts

  Scenario: A username and its e-mail address are counted apart, so that a stranger cannot link them
    Given Ada has the verified email "ada@example.org"
    And 6 failed logins for Ada come from 198.51.100.1
    When 1 failed login for "ada@example.org" comes from 198.51.100.1
    Then the request is rejected with 401 invalid_credentials

  Scenario: An account is also limited under all of its names together, without saying so
    Given Ada has the verified email "ada@example.org"
    And 5 failed logins for Ada come from 198.51.100.1
    And 5 failed logins for "ada@example.org" come from 198.51.100.2
    When Ada logs in from 198.51.100.3
    Then the request is rejected with 401 invalid_credentials
    When 16 minutes pass
    And Ada logs in from 198.51.100.3
    Then Ada receives tokens

  Scenario: A success forgives the guesses of the pair
    Given Ada is logged in from 192.0.2.1
    And 4 failed logins for Ada come from 192.0.2.1
    And Ada logs in from 192.0.2.1
    When 4 failed logins for Ada come from 192.0.2.1
    Then the request is rejected with 401 invalid_credentials

  Scenario: The block ends, and the next one is longer
    Given Ada has an account
    And 6 failed logins for Ada come from 198.51.100.1
    When 61 seconds pass
    And 5 failed logins for Ada come from 198.51.100.1
    And 1 failed login for Ada comes from 198.51.100.1
    Then the request is rejected with 429 too_many_attempts
    And the client may retry in 2 minutes

  Scenario: A lockout is audited
    Given Ada has an account
    When 6 failed logins for Ada come from 198.51.100.1
    Then the audit log has 1 "user.locked_out" event for Ada

  Scenario: The operator turns lockout off with all other limits
    Given Ada has an account
    And the operator sets rateLimit.enabled to false
    When 20 failed logins for Ada come from 198.51.100.1
    Then the request is rejected with 401 invalid_credentials
