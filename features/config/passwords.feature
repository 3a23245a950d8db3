Feature: Configuring passwords

  @proves:password.minLength
  Scenario: Minimum length
    Given the operator has set password.minLength to 8
    When Ada registers with password "8 chars."
    Then Ada's account is created
    When the operator sets password.minLength to 20
    And Grace registers with password "nineteen characters"
    Then the request is rejected with 422 validation_failed: too_short at "/password"

  @proves:password.maxLength
  Scenario: Maximum length
    When Ada registers with a password of 200 characters
    Then Ada's account is created
    When the operator sets password.maxLength to 199
    And Grace registers with a password of 200 characters
    Then the request is rejected with 422 validation_failed: too_long at "/password"

  @proves:password.bcryptCost
  Scenario: Cost of a hash
    Given Ada has an account
    Then Ada's password is stored with the current pepper at cost 4
    When the operator sets password.bcryptCost to 13
    And Ada logs in
    Then Ada's password is stored with the current pepper at cost 5
    And Ada can log in

  @proves:password.previousPeppers
  Scenario: Previous peppers
    Given Ada's password was hashed with the pepper "a pepper, of 2025"
    When Ada logs in
    Then the request is rejected with 401 invalid_credentials
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
  Scenario: Number of concurrent hashes
    Given the operator has set:
      | security.hashConcurrency | 2  |
      | password.bcryptCost      | 15 |
    When 20 clients log in with unknown usernames at once
    Then 2 passwords were hashed at the same time
    When the operator sets security.hashConcurrency to 1
    And 20 clients log in with unknown usernames at once
    Then 1 password was hashed at the same time

  @proves:security.hashQueueLimit
  Scenario: Maximum length of the hash queue
    Given the operator has set:
      | security.hashConcurrency | 1  |
      | password.bcryptCost      | 14 |
    When 20 clients log in with unknown usernames at once
    Then all requests are rejected with 401 invalid_credentials
    When the operator sets security.hashQueueLimit to 1
    And 20 clients log in with unknown usernames at once
    Then some requests are rejected with 503 overloaded and the others with 401 invalid_credentials
