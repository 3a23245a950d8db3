Feature: Consistent configuration changes

  Scenario: Two keys that change together take effect together
    Given the operator has set:
      | rateLimit.greet.points | 5000 |
      | rateLimit.greet.window | 50s  |
    When clients request greetings while the operator sets:
      | rateLimit.greet.points | 7000 |
      | rateLimit.greet.window | 70s  |
    Then each response has the limit q=5000;w=50 at first, then q=7000;w=70, and no other

  Scenario: Each instance reads its own files
    Given a second instance is running
    When the operator sets registration.open to false
    And Ada registers
    Then the request is rejected with 403 registration_closed
    When Ada registers on the second instance
    Then Ada's account is created

  Scenario: No request fails during ten changes in a row
    Given Ada is logged in
    When Ada requests the current user while the operator switches api.v2Enabled on and off 5 times
    Then no request fails with a server error
    And revision 12 is active
