Feature: Password hashing

  Scenario: A higher cost applies at the next login
    Given Ada has an account
    And the operator has set password.bcryptCost to 13
    When Ada logs in
    Then Ada's password is stored with the current pepper at cost 5
    And Ada can log in

  Scenario: Concurrent logins while the password is rehashed
    Given Ada has an account
    And the operator has set password.bcryptCost to 13
    When Ada logs in 5 times at once
    Then all requests succeed
    And Ada's password is stored with the current pepper at cost 5

  Scenario: A higher cost applies to new accounts
    Given the operator has set password.bcryptCost to 14
    When Ada registers
    Then Ada's password is stored with the current pepper at cost 6

  Scenario: A wrong password does not rehash the stored password
    Given Ada has an account
    And the operator has set password.bcryptCost to 13
    When Ada logs in with a wrong password
    Then the request is rejected with 401 invalid_credentials
    And Ada's password is stored with the current pepper at cost 4

  Scenario: A higher cost applies to unknown usernames too
    Given the operator has set password.bcryptCost to 13
    And Ada has an account
    When Nobody logs in with "a wrong password", and Ada with a wrong password
    Then both get the same 401 response
    And both cost the same number of password hashes

  Scenario: A lower cost applies to unknown usernames once no hash of a higher cost is left
    Given the operator has set password.bcryptCost to 15
    And Ada has an account
    When the operator sets password.bcryptCost to 12
    And Nobody logs in with "a wrong password", and Ada with a wrong password
    Then both get the same 401 response
    And both cost one hash of cost 7
    When Ada logs in
    Then Ada's password is stored with the current pepper at cost 7

  Scenario: Importing a hash of a higher cost while the service runs
    Given Ada has an account
    When Nobody logs in with "a wrong password", and Ada with a wrong password
    Then both cost one hash of cost 4
    When Grace's password is imported as a "$2y" hash of cost 6
    And 10 seconds pass
    And Nobody logs in with "a wrong password", and Ada with a wrong password
    Then both get the same 401 response
    And both cost one hash of cost 6
    When Nobody logs in with "a wrong password", and Grace with a wrong password
    Then both cost one hash of cost 6
    When Grace logs in
    Then Grace receives tokens
    And Grace's password is stored with the current pepper at cost 6

  Scenario: Erasing the account with the most expensive hash
    Given Ada has an account
    And Grace's password was imported as a "$2y" hash of cost 6
    When Grace's account is removed from the database
    And 10 seconds pass
    And Nobody logs in with "a wrong password", and Ada with a wrong password
    Then both cost one hash of cost 4

  Scenario Outline: A password imported as <kind>
    Given Ada's password was imported as a "<kind>" hash of cost 4
    When Ada logs in
    Then Ada receives tokens
    And Ada's password is stored with the current pepper at cost 4
    And Ada can log in

    Examples:
      | kind |
      | $2a  |
      | $2b  |
      | $2y  |

  Scenario: A wrong password for an imported hash
    Given Ada's password was imported as a "$2y" hash of cost 4
    When Ada logs in with a wrong password
    Then the request is rejected with 401 invalid_credentials
    And Ada's password is still stored as the imported "$2y" hash
