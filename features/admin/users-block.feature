Feature: Operators block accounts

  Background:
    Given Root is an administrator
    And Ada is logged in

  Scenario: A block bites at once and ends the sessions
    When Root tries to block Ada
    Then the account is shown as blocked
    And the audit log has 1 "user.blocked" event for Ada
    When Ada requests the current user
    Then the request is rejected with 401 invalid_token
    When Ada logs in
    Then the request is rejected with 401 invalid_credentials

  Scenario: Unblocked
    Given Ada's account is blocked
    When Root tries to unblock Ada
    Then the account is shown as active
    And the audit log has 1 "user.unblocked" event for Ada
    And Ada can log in

  Scenario: With a reason, for a time
    When Root blocks Ada for 2 hours because of "too much noise"
    Then the account is shown as blocked, because of "too much noise"
    When 1 hour passes
    And Ada logs in
    Then the request is rejected with 401 invalid_credentials

  Scenario: A block ends by itself
    When Root blocks Ada for 5 minutes because of "too much noise"
    And 6 minutes pass
    And Root searches accounts with "status=blocked"
    Then the accounts found are ""
    And Ada can log in
    When Root tries to look at Ada
    Then the account is shown as active
    And the audit log has 1 "user.unblocked" event for Ada

  Scenario Outline: A block that makes no sense
    When Root changes the block of Ada with '<body>'
    Then the request is rejected with 422 validation_failed: <fault> at "<path>"

    Examples:
      | body                                                            | path            | fault          |
      | {"blocked_reason": "x"}                                         | /blocked_reason | not_blocked    |
      | {"status": "active", "blocked_until": "2099-01-01T00:00:00Z"}   | /blocked_until  | not_blocked    |
      | {"status": "blocked", "blocked_until": "2001-01-01T00:00:00Z"}  | /blocked_until  | in_the_past    |
      | {"status": "blocked", "blocked_until": "tomorrow"}              | /blocked_until  | invalid_format |
      | {"status": "deleted"}                                           | /status         | invalid        |
