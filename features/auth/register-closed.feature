Feature: Closing registration

  Registration opens and closes while the service runs.

  @proves:registration.open
  Scenario: The operator closes registration, and opens it again
    Given the operator has set registration.open to false
    When Ada registers
    Then the request is rejected with 403 registration_closed
    When the operator sets registration.open to true
    And Ada registers
    Then Ada's account is created

  Scenario: Invalid input is not validated while registration is closed
    Given the operator has set registration.open to false
    When an anonymous client registers with:
      | username    | "a"       |
      | password    | 7         |
      | email       | "nowhere" |
      | description | "\\u0000"  |
      | admin       | true      |
    Then the request is rejected with 403 registration_closed

  Scenario: Closed registration does not reveal usernames
    Given Ada has an account
    And the operator has set registration.open to false
    When an anonymous client registers as "ada"
    Then the request is rejected with 403 registration_closed

  Scenario: Existing users can log in while registration is closed
    Given Ada has an account
    And the operator has set registration.open to false
    Then Ada can log in
