Feature: Passwords follow the configuration

  @proves:password.minLength
  Scenario: The shortest password
    Given the operator has set password.minLength to 8
    And Ada registers with password "8 chars."
    And Ada's account is created
    When the operator sets password.minLength to 20
    And Grace registers with password "nineteen characters"
    Then the request is rejected with 422 validation_failed: too_short at "/password"

  @proves:password.maxLength
  Scenario: The longest password
    Given Ada registers with a password of 200 characters
    And Ada's account is created
    When the operator sets password.maxLength to 199
    And Grace registers with a password of 200 characters
    Then the request is rejected with 422 validation_failed: too_long at "/password"

  @proves:password.bcryptCost
  Scenario: The cost of a hash
    Given Ada has an account
    And Ada's password is stored with the current pepper at cost 4
    When the operator sets password.bcryptCost to 13
    And Ada logs in
    Then Ada's password is stored with the current pepper at cost 5
    And Ada can log in

  @proves:password.previousPeppers
  Scenario: Passwords that were hashed with a previous pepper
    Given Ada's password was hashed with the pepper "a pepper, of 2025"
    And Ada logs in
    And the request is rejected with 401 invalid_credentials
    When the operator sets password.previousPeppers to ["a pepper, of 2025", "a pepper of 2024"]
    And Nobody logs in with "a wrong password", and Ada with a wrong password
    Then both get the same 401 response
    And both cost the same number of password hashes
    When Ada logs in
    Then Ada receives tokens
    And Ada's password is stored with the current pepper at cost 4
    When the operator sets password.previousPeppers to []
    Then Ada can log in

  @proves:security.hashConcurrency
  Scenario: How many passwords are hashed at once
    Given the operator has set in one go:
      | security.hashConcurrency | 2  |
      | password.bcryptCost      | 15 |
    And 20 clients log in with unknown usernames at once
    And 2 passwords were hashed at the same time
    When the operator sets security.hashConcurrency to 1
    And 20 clients log in with unknown usernames at once
    Then 1 password was hashed at the same time

  @proves:security.hashQueueLimit
  Scenario: How many password hashes may wait
    Given the operator has set in one go:
      | security.hashConcurrency | 1  |
      | password.bcryptCost      | 14 |
    And 20 clients log in with unknown usernames at once
    And all requests are rejected with 401 invalid_credentials
    When the operator sets security.hashQueueLimit to 1
    And 20 clients log in with unknown usernames at once
    Then some requests are rejected with 503 overloaded and the others with 401 invalid_credentials
