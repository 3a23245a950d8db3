Feature: Lockout after failed logins

  Failed logins are counted per username, and per username and IP address, before a password is hashed.

  Scenario: More than five failed logins from one IP address
    Given Ada has an account
    When 5 failed logins for Ada come from 198.51.100.1
    Then the request is rejected with 401 invalid_credentials
    When 1 failed login for Ada comes from 198.51.100.1
    Then the request is rejected with 429 too_many_attempts
    And the client may retry in 1 minute

  Scenario: The correct password is rejected during the lockout
    Given Ada has an account
    When 6 failed logins for Ada come from 198.51.100.1
    And Ada logs in from 198.51.100.1
    Then the request is rejected with 429 too_many_attempts

  Scenario: No password is hashed during the lockout
    Given Ada has an account
    When 6 failed logins for Ada come from 127.0.0.1
    And Ada logs in with "a guess", and Ada with a wrong password
    Then the request is rejected with 429 too_many_attempts
    And both cost no password hash

  Scenario: An unknown username is locked in the same way
    When 5 failed logins for Nobody come from 198.51.100.1
    Then the request is rejected with 401 invalid_credentials
    When 1 failed login for Nobody comes from 198.51.100.1
    Then the request is rejected with 429 too_many_attempts
    And the client may retry in 1 minute

  Scenario: Failed logins from many IP addresses
    Given Ada has an account
    When 10 failed logins for Ada come from different IP addresses
    Then the request is rejected with 401 invalid_credentials
    When 1 failed login for Ada comes from 203.0.113.99
    Then the request is rejected with 429 too_many_attempts

  Scenario: The owner can log in from a known IP address
    Given Ada is logged in from 192.0.2.1
    When 12 failed logins for Ada come from different IP addresses
    And Ada logs in from 192.0.2.1
    Then Ada receives tokens

  Scenario: Upper and lower case are not distinguished
    Given Ada has an account
    When 6 failed logins for Ada come from 127.0.0.1
    And Ada logs in as "ADA"
    Then the request is rejected with 429 too_many_attempts

  Scenario: A username and its email address are counted separately, so that they cannot be linked
    Given Ada has the verified email "ada@example.org"
    When 6 failed logins for Ada come from 198.51.100.1
    And 1 failed login for "ada@example.org" comes from 198.51.100.1
    Then the request is rejected with 401 invalid_credentials

  Scenario: The attempts for an account are also limited in total
    Given Ada has the verified email "ada@example.org"
    When 5 failed logins for Ada come from 198.51.100.1
    And 5 failed logins for "ada@example.org" come from 198.51.100.2
    And Ada logs in from 198.51.100.3
    Then the request is rejected with 401 invalid_credentials
    When 16 minutes pass
    And Ada logs in from 198.51.100.3
    Then Ada receives tokens

  Scenario: A successful login resets the count for its IP address
    Given Ada is logged in from 192.0.2.1
    When 4 failed logins for Ada come from 192.0.2.1
    And Ada logs in from 192.0.2.1
    And 4 failed logins for Ada come from 192.0.2.1
    Then the request is rejected with 401 invalid_credentials

  Scenario: The next lockout is longer
    Given Ada has an account
    When 6 failed logins for Ada come from 198.51.100.1
    And 61 seconds pass
    And 5 failed logins for Ada come from 198.51.100.1
    And 1 failed login for Ada comes from 198.51.100.1
    Then the request is rejected with 429 too_many_attempts
    And the client may retry in 2 minutes

  Scenario: A lockout is audited
    Given Ada has an account
    When 6 failed logins for Ada come from 198.51.100.1
    Then the audit log has 1 "user.locked_out" event for Ada

  Scenario: Disabling all limits disables the lockout
    Given Ada has an account
    And the operator has set rateLimit.enabled to false
    When 20 failed logins for Ada come from 198.51.100.1
    Then the request is rejected with 401 invalid_credentials
