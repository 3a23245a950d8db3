Feature: Inactive accounts

  An operator can have inactive accounts deleted. The owner receives an email first, and a login keeps the account.

  Background:
    Given Ada has the verified email "ada@example.org"
    And Ada is logged in

  @proves:users.inactiveRetention
  Scenario: Inactive accounts are kept by default
    When 3000 days pass
    And the account retention job runs
    Then no email is sent
    When the operator sets users.inactiveRetention to 365d
    And the account retention job runs
    Then "ada@example.org" receives a notice that the account will be deleted in 30 days
    And Ada can log in

  @proves:users.inactiveNotice
  Scenario: Changing the notice period takes effect while the service runs
    Given the operator has set users.inactiveRetention to 365d
    When 366 days pass
    And the account retention job runs
    And 8 days pass
    And the account retention job runs
    Then the audit log has 0 "user.deleted" events for Ada
    When the operator sets users.inactiveNotice to 7d
    And the account retention job runs
    Then the audit log has 1 "user.deleted" event for Ada

  Scenario: An inactive account is deleted after a notice
    Given the operator has set:
      | users.inactiveRetention | 365d |
      | users.inactiveNotice    | 14d  |
    When 366 days pass
    And the account retention job runs
    Then "ada@example.org" receives a notice that the account will be deleted in 14 days
    When 13 days pass
    And the account retention job runs
    Then the audit log has 0 "user.deleted" events for Ada
    When 2 days pass
    And the account retention job runs
    Then the audit log has 1 "user.deleted" event for Ada
    When Ada logs in
    Then the request is rejected with 401 invalid_credentials

  Scenario: A login keeps the account
    Given the operator has set users.inactiveRetention to 365d
    When 366 days pass
    And the account retention job runs
    Then "ada@example.org" receives a notice that the account will be deleted in 30 days
    And Ada can log in
    When 40 days pass
    And the account retention job runs
    Then Ada can log in

  Scenario: A refresh keeps the account, even after the session has ended
    Given the operator has set:
      | users.inactiveRetention  | 365d |
      | auth.refresh.absoluteTtl | 90d  |
    When Ada refreshes every 20 days, 4 times
    And 300 days pass
    And the expired rows job runs
    And the account retention job runs
    Then no email is sent
    When 66 days pass
    And the account retention job runs
    Then "ada@example.org" receives a notice that the account will be deleted in 30 days

  Scenario: The last administrator is not deleted
    Given Root is an administrator
    And the operator has set users.inactiveRetention to 365d
    When 366 days pass
    And the account retention job runs
    And 31 days pass
    And the account retention job runs
    Then the audit log has 0 "user.deleted" events for Root
