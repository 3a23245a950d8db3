Feature: Stored passwords grow with the times

  Scenario: A raised cost takes hold at the next login
    Given Ada has an account
    And the operator sets password.bcryptCost to 13
    When Ada logs in
    Then Ada's password is stored as it is hashed here, at cost 5
    And Ada can log in

  Scenario: Several devices log in while the password is hashed anew
    Given Ada has an account
    And the operator sets password.bcryptCost to 13
    When 5 devices of Ada log in at once
    Then all of them succeed
    And Ada's password is stored as it is hashed here, at cost 5

  Scenario: A raised cost is the cost of new accounts
    Given the operator sets password.bcryptCost to 14
    When Ada has an account
    Then Ada's password is stored as it is hashed here, at cost 6

  Scenario: A wrong password changes nothing
    Given Ada has an account
    And the operator sets password.bcryptCost to 13
    When a stranger tries a wrong password for Ada
    Then it is refused with 401 invalid_credentials
    And Ada's password is stored as it is hashed here, at cost 4

  Scenario: A raised cost holds for those without an account too
    Given the operator sets password.bcryptCost to 13
    And Ada has an account
    When Nobody tries to log in with "a wrong password", and with a wrong password for Ada
    Then both are refused in the same words
    And both cost the same number of password hashes

  Scenario Outline: A password imported as <kind>
    Given Ada's password was imported as a "<kind>" hash
    When Ada logs in
    Then Ada is logged in now
    And Ada's password is stored as it is hashed here, at cost 4
    And Ada can log in

    Examples:
      | kind |
      | $2a  |
      | $2b  |
      | $2y  |

  Scenario: A wrong password for an imported hash
    Given Ada's password was imported as a "$2y" hash
    When a stranger tries a wrong password for Ada
    Then it is refused with 401 invalid_credentials
    And Ada's stored password is still the "$2y" hash
