Feature: Blocking accounts

  Background:
    Given Root is an administrator
    And Ada is logged in

  Scenario: A block takes effect at once and ends the sessions
    When Root blocks Ada
    Then the response has status "blocked"
    And the audit log has 1 "user.blocked" event for Ada
    When Ada requests the current user
    Then the request is rejected with 401 invalid_token
    When Ada logs in
    Then the request is rejected with 401 invalid_credentials

  Scenario: Unblocking
    Given Ada's account is blocked
    When Root unblocks Ada
    Then the response has status "active"
    And the audit log has 1 "user.unblocked" event for Ada
    And Ada can log in

  Scenario: A block with a reason and an end
    When Root blocks Ada for 2 hours with the reason "too much noise"
    Then the response has status "blocked"
    And the response has blocked_reason "too much noise"
    And the audit log has 1 "user.blocked" event for Ada by Root with the reason "too much noise"
    When 1 hour passes
    And Ada logs in
    Then the request is rejected with 401 invalid_credentials

  Scenario: A block expires
    When Root blocks Ada for 5 minutes with the reason "too much noise"
    And 6 minutes pass
    And Root requests the users with "status=blocked"
    Then the listed users are ""
    And Ada can log in
    When Root views Ada
    Then the response has status "active"
    And the audit log has 1 "user.unblocked" event for Ada

  Scenario Outline: Invalid block <body>
    When Root updates Ada with '<body>'
    Then the request is rejected with 422 validation_failed: <error> at "<path>"

    Examples:
      | body                                                           | path            | error          |
      | {"blocked_reason": "x"}                                        | /blocked_reason | not_blocked    |
      | {"status": "active", "blocked_until": "2099-01-01T00:00:00Z"}  | /blocked_until  | not_blocked    |
      | {"status": "blocked", "blocked_until": "2001-01-01T00:00:00Z"} | /blocked_until  | in_the_past    |
      | {"status": "blocked", "blocked_until": "tomorrow"}             | /blocked_until  | invalid_format |
      | {"status": "deleted"}                                          | /status         | invalid        |
