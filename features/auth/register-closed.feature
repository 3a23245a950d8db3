Feature: Closing the door

  Registration opens and closes while the service runs.

  @proves:registration.open
  Scenario: The operator closes registration, and opens it again
    Given the operator sets registration.open to false
    When Ada registers
    Then the request is rejected with 403 registration_closed
    When the operator sets registration.open to true
    And Ada registers
    Then Ada's account is created

  Scenario: A closed door does not look at what is brought
    Given the operator sets registration.open to false
    When an anonymous client registers with:
      | username    | "a"       |
      | password    | 7         |
      | email       | "nowhere" |
      | description | "\\u0000"  |
      | admin       | true      |
    Then the request is rejected with 403 registration_closed

  Scenario: A closed door does not tell who is inside
    Given Ada has an account
    And the operator sets registration.open to false
    When an anonymous client registers as "ada"
    Then the request is rejected with 403 registration_closed

  Scenario: Those inside still get in
    Given Ada has an account
    And the operator sets registration.open to false
    Then Ada can log in
