Feature: Passwords follow the configuration

  @proves:password.minLength
  Scenario: The shortest password
    Given the operator has set password.minLength to 8
    And Ada registers with the password "8 chars."
    And Ada has got an account
    When the operator sets password.minLength to 20
    And Grace registers with the password "nineteen characters"
    Then it is refused with 422 validation_failed at "/password" as too_short

  @proves:password.maxLength
  Scenario: The longest password
    Given Ada registers with a password of 200 characters
    And Ada has got an account
    When the operator sets password.maxLength to 199
    And Grace registers with a password of 200 characters
    Then it is refused with 422 validation_failed at "/password" as too_long

  @proves:password.bcryptCost
  Scenario: The cost of a hash
    Given Ada has an account
    And Ada's password is stored as it is hashed here, at cost 4
    When the operator sets password.bcryptCost to 13
    And Ada logs in
    Then Ada's password is stored as it is hashed here, at cost 5
    And Ada can log in

  @proves:password.previousPeppers
  Scenario: Passwords that were hashed with a previous pepper
    Given Ada's password was hashed with the pepper "a pepper, of 2025"
    And Ada logs in
    And it is refused with 401 invalid_credentials
    When the operator sets password.previousPeppers to ["a pepper, of 2025", "a pepper of 2024"]
    And Nobody tries to log in with "a wrong password", and with a wrong password for Ada
    Then both are refused in the same words
    And both cost the same number of password hashes
    When Ada logs in
    Then Ada is logged in now
    And Ada's password is stored as it is hashed here, at cost 4
    When the operator sets password.previousPeppers to []
    Then Ada can log in

  @proves:security.hashConcurrency
  Scenario: How many passwords are hashed at once
    Given the operator has set in one go:
      | security.hashConcurrency | 2  |
      | password.bcryptCost      | 15 |
    And 20 people whom nobody knows try to log in at once, watched by the operator
    And 2 passwords were hashed at the same time
    When the operator sets security.hashConcurrency to 1
    And 20 people whom nobody knows try to log in at once, watched by the operator
    Then 1 password was hashed at the same time

  @proves:security.hashQueueLimit
  Scenario: How many password hashes may wait
    Given the operator has set in one go:
      | security.hashConcurrency | 1  |
      | password.bcryptCost      | 14 |
    And 20 people whom nobody knows try to log in at once
    And none of them is told to wait
    When the operator sets security.hashQueueLimit to 1
    And 20 people whom nobody knows try to log in at once
    Then some of them are told to wait, and the others are refused with 401 invalid_credentials
