Feature: Greeting history

  Scenario: Greetings are recorded
    Given Ada is logged in
    When Ada requests a greeting
    And Ada requests a greeting for "Grace"
    And Ada lists her greetings
    Then the greeting history is, newest first:
      | Hello Grace! | GET /api/v1/greet |
      | Hello ada!   | GET /api/v1/greet |

  Scenario: Greetings of version 2 are recorded
    Given Ada is logged in
    And the operator has set api.v2Enabled to true
    When Ada requests a v2 greeting for "Grace"
    And Ada lists her greetings
    Then the greeting history is, newest first:
      | Hello Grace! | POST /api/v2/greet |

  Scenario: A cached greeting is recorded
    Given Ada is logged in
    When an anonymous client requests a greeting for "Grace"
    And Ada requests a greeting for "Grace"
    Then the response is a cache hit
    When Ada lists her greetings
    Then the greeting history is, newest first:
      | Hello Grace! | GET /api/v1/greet |

  Scenario: The history does not contain greetings of other users
    Given Grace is logged in
    And Ada is logged in
    When Grace requests a greeting
    And Ada lists her greetings
    Then the greeting history is empty

  Scenario: Paging through the history
    Given Ada is logged in
    When Ada requests a greeting for "Grace" 23 times
    And Ada pages through her greetings, 10 at a time
    Then each of the 23 entries is listed once, newest first

  Scenario: Paging through a growing history
    Given Ada is logged in
    When Ada requests a greeting for "Grace" 12 times
    And Ada pages through her greetings, 3 at a time, while new greetings are added
    Then each of the 12 entries is listed once, newest first

  @proves:users.greetingRetention
  Scenario: Greetings are removed after the retention time
    Given Ada is logged in
    When Ada requests a greeting
    And 10 days pass
    And the expired rows job runs
    And Ada logs in
    And Ada lists her greetings
    Then the greeting history is, newest first:
      | Hello ada! | GET /api/v1/greet |
    When the operator sets users.greetingRetention to 9d
    And the expired rows job runs
    And Ada lists her greetings
    Then the greeting history is empty

  @remote
  Scenario: An anonymous client is rejected
    When an anonymous client sends GET /api/v1/users/me/greetings
    Then the request is rejected with 401 unauthorized
