Feature: One configuration at a time

  Scenario: Two keys that change together are never seen apart
    Given the operator has set in one go:
      | rateLimit.greet.points | 5000 |
      | rateLimit.greet.window | 50s  |
    When somebody asks for greetings while the operator sets in one go:
      | rateLimit.greet.points | 7000 |
      | rateLimit.greet.window | 70s  |
    Then each answer told first q=5000;w=50, then q=7000;w=70, and nothing else

  Scenario: Each instance follows its own files
    Given a second instance runs on the same database
    When the operator sets registration.open to false
    And Ada registers
    Then the request is rejected with 403 registration_closed
    When Ada registers on the second instance
    Then Ada's account is created

  Scenario: Ten changes in a row, and every request is served
    Given Ada is logged in
    When the operator turns the new greeting on and off 5 times while Ada looks at the own account
    Then no request fails with a server error
    And revision 12 is in force
