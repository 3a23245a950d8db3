Feature: Failed logins do not reveal accounts

  Neither the response nor the time of a failed login shows whether the account exists.

  Scenario: An unknown username
    Given Ada has an account
    When Nobody logs in with "a wrong password", and Ada with a wrong password
    Then both get the same 401 response
    And both cost the same number of password hashes

  Scenario: A blocked account with its correct password
    Given Ada has an account
    And Grace has an account with password "the right one, in fact"
    And Grace's account is blocked
    When Grace logs in with "the right one, in fact", and Ada with a wrong password
    Then both get the same 401 response
    And both cost the same number of password hashes

  Scenario: A deleted account with its correct password
    Given Ada has an account
    And Grace has an account with password "the right one, in fact"
    And Grace's account is deleted
    When Grace logs in with "the right one, in fact", and Ada with a wrong password
    Then both get the same 401 response
    And both cost the same number of password hashes

  Scenario: An account without a password
    Given Ada has an account
    And Grace has no password yet
    When Grace logs in with "whatever it may be", and Ada with a wrong password
    Then both get the same 401 response
    And both cost the same number of password hashes

  Scenario: An empty password
    Given Ada has an account
    When Ada logs in with "", and Ada with a wrong password
    Then both get the same 401 response
    And both cost the same number of password hashes
