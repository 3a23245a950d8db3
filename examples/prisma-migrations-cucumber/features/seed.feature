Feature: What the migrations leave

  Background:
    Then User contains:
      | id | email            | role   |
      | 1  | Root@Example.com | EDITOR |
    And Category contains:
      | id | name   |
      | 1  | News   |
      | 2  | Essays |
    And PostsPerRole contains:
      | role   | posts |
      | EDITOR | 0     |
    And Post is empty
    And AuditEntry is empty

  Scenario: Nothing else
    Then "root@example.COM" cannot sign up again

  Scenario Outline: A scenario that changes it (<number>)
    When the category "News" is replaced by "Reviews"
    And "root@example.com" writes "Hello" in "Reviews"
    And the statistics are refreshed
    Then Category contains:
      | id | name    |
      | 2  | Essays  |
      | 3  | Reviews |
    And PostsPerRole contains:
      | role   | posts |
      | EDITOR | 1     |

    Examples:
      | number |
      | 1      |
      | 2      |

  Scenario: A scenario that truncates all tables
    When all tables are truncated
    Then User is empty
