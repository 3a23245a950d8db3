Feature: A refused login tells nothing

  Whoever is not let in learns neither from the words nor from the work whether there is such an account.

  Scenario: Nobody of that name
    Given Ada has an account
    When Nobody tries to log in with "a wrong password", and with a wrong password for Ada
    Then both are refused in the same words
    And both cost the same number of password hashes

  Scenario: A blocked account, and its right password
    Given Ada has an account
    And Grace has an account with the password "the right one, in fact"
    And Grace gets blocked
    When Grace tries to log in with "the right one, in fact", and with a wrong password for Ada
    Then both are refused in the same words
    And both cost the same number of password hashes

  Scenario: A deleted account, and its right password
    Given Ada has an account
    And Grace has an account with the password "the right one, in fact"
    And Grace's account gets deleted
    When Grace tries to log in with "the right one, in fact", and with a wrong password for Ada
    Then both are refused in the same words
    And both cost the same number of password hashes

  Scenario: An account that has no password yet
    Given Ada has an account
    And Grace has no password yet
    When Grace tries to log in with "whatever it may be", and with a wrong password for Ada
    Then both are refused in the same words
    And both cost the same number of password hashes

  Scenario: An empty password
    Given Ada has an account
    When Ada tries to log in with "", and with a wrong password for Ada
    Then both are refused in the same words
    And both cost the same number of password hashes
