Feature: The first administrator

  There are no default accounts. The environment names the first administrator of a database without one.

  Scenario: The first administrator is created
    When the service starts with Root as its first administrator
    Then the audit log has 1 "admin.bootstrapped" event for Root
    When Root logs in
    And Root requests the audit log with "action=admin.bootstrapped"
    Then the listed events are "admin.bootstrapped", newest first

  Scenario: A second administrator is not created
    When the service starts with Root as its first administrator
    And the service starts with Grace as its first administrator
    And Grace logs in
    Then the request is rejected with 401 invalid_credentials

  Scenario: An existing user does not become an administrator
    Given Ada has an account
    When the service starts with Ada as its first administrator
    And Ada logs in
    And Ada requests the audit log with "subject=<Ada>"
    Then the request is rejected with 403 forbidden

  Scenario: Instances that start at the same time create only one administrator
    When two instances start at once with the first administrators Root and Grace
    Then exactly 1 administrator is active
